/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** How much is examined: enough for all headers, even after large EXIF data. */
const SHORT_BYTES = 1_536, LONG_BYTES = 98_304;

/**
 * Reads an image's size from its header: PNG, JPEG, GIF or WebP.
 *
 * Takes constant time: at most the first 96 KiB are decoded.
 *
 * @returns `null` for anything else, or if the size is not found.
 */
export function imageSize(base64: string): ImageSize | null {
  for (const maxBytes of [SHORT_BYTES, LONG_BYTES]) {
    const bytes = decode(base64.slice(0, maxBytes / 3 * 4));
    if (!bytes) return null;
    const size = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ??
      jpegSize(bytes);
    if (size && size.width > 0 && size.height > 0) return size;
    if (bytes.byteLength < maxBytes) return null;
  }
  return null;
}

function decode(base64: string): DataView | null {
  try {
    return new DataView(Uint8Array.fromBase64(base64).buffer);
  } catch {
    return null; // not base64, so not an image either
  }
}

/** @see {@link https://www.w3.org/TR/png-3/#11IHDR} */
function pngSize(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 24 || bytes.getUint32(0) !== 0x89504e47) return null;
  return { width: bytes.getUint32(16), height: bytes.getUint32(20) };
}

/** @see {@link https://www.w3.org/Graphics/GIF/spec-gif89a.txt} */
function gifSize(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 10 || bytes.getUint32(0) !== 0x47494638) return null;
  return { width: bytes.getUint16(6, true), height: bytes.getUint16(8, true) };
}

/** @see {@link https://developers.google.com/speed/webp/docs/riff_container} */
function webpSize(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 30 || bytes.getUint32(8) !== 0x57454250) return null;
  switch (bytes.getUint32(12)) {
    case 0x56503820: // "VP8 ", lossy
      return {
        width: bytes.getUint16(26, true) & 0x3fff,
        height: bytes.getUint16(28, true) & 0x3fff,
      };
    case 0x5650384c: { // "VP8L", lossless: two 14-bit numbers, minus one
      const bits = bytes.getUint32(21, true);
      return {
        width: (bits & 0x3fff) + 1,
        height: (bits >>> 14 & 0x3fff) + 1,
      };
    }
    case 0x56503858: // "VP8X", extended: two 24-bit numbers, minus one
      return {
        width: (bytes.getUint32(24, true) & 0xffffff) + 1,
        height: (bytes.getUint32(26, true) >>> 8) + 1,
      };
    default:
      return null;
  }
}

/**
 * Goes from marker to marker to the one that begins the frame.
 *
 * @see {@link https://www.w3.org/Graphics/JPEG/itu-t81.pdf} B.2
 */
function jpegSize(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 4 || bytes.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 <= bytes.byteLength) {
    if (bytes.getUint8(at) !== 0xff) return null;
    const marker = bytes.getUint8(at + 1);
    if (isFrame(marker)) {
      const height = bytes.getUint16(at + 5);
      return { width: bytes.getUint16(at + 7), height };
    }
    // A marker may be preceded by any number of 0xff.
    at += marker === 0xff ? 1 : 2 + bytes.getUint16(at + 2);
  }
  return null;
}

/** SOF0 to SOF15, except DHT, JPG and DAC, which lie in between. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf &&
    marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
