import type { Logger } from "../log.ts";

/** What {@linkcode createLogFile} depends on. */
export interface LogFileOptions {
  path: string;
  /** Reports trouble with the file; must not write to it. */
  log: Pick<Logger, "warn">;
  /** Epoch milliseconds. */
  now: () => number;
  /** At this size the file is rotated: renamed, and a new one begun. */
  maxBytes?: number;
  /** Number of older files to keep: `path.1`, the newest, to `path.<keep>`. */
  keep?: number;
}

/** A file that lines are written to. */
export interface LogFile {
  /** Writes a line, which includes its line break. Neither waits nor throws. */
  write(line: string): void;
  /** Resolves when all lines so far are written, or lost. */
  flush(): Promise<void>;
  /** Flushes and closes the file. */
  close(): Promise<void>;
}

const MAX_BYTES = 50 * 1024 * 1024;
const KEEP = 5;

/** After a failure lines are lost for this long, then the file is retried. */
const PAUSE_MS = 10_000;

/** Characters that may wait for a slow disk; more would fill memory. */
const MAX_WAITING = 32 * 1024 * 1024;

interface OpenFile {
  file: Deno.FsFile;
  size: number;
  /** Identifies the file whatever its name; `null` if the platform has none. */
  inode: number | null;
  /** Not a terminal, pipe or device, which cannot be rotated. */
  isRegular: boolean;
}

/**
 * Writes lines to a file, in order and without delaying requests. Only its
 * owner may read it. A file that cannot be written to is reported once, and
 * affects only the log.
 */
export function createLogFile(
  { path, log, now, maxBytes = MAX_BYTES, keep = KEEP }: LogFileOptions,
): LogFile {
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let waitingChars = 0;
  let working: Promise<void> | null = null;
  let open: OpenFile | null = null;
  let isTroubled = false;
  let pausedUntil = 0;
  let lostLines = 0;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      waitingChars = 0;
      await append(lines);
    }
    working = null;
  }

  async function append(lines: string[]): Promise<void> {
    if (now() < pausedUntil) return void (lostLines += lines.length);
    try {
      const bytes = encoder.encode(lines.join(""));
      open ??= await openFile(path);
      if (open.size > 0 && open.size + bytes.length > maxBytes) {
        open = await nextFile(open);
      }
      await writeAll(open, bytes);
    } catch (error) {
      lostLines += lines.length;
      pausedUntil = now() + PAUSE_MS;
      open?.file.close();
      open = null;
      if (!isTroubled) log.warn("cannot write the log file", why(error));
      isTroubled = true;
      return;
    }
    if (lostLines > 0) log.warn("log lines were lost", { path, lostLines });
    lostLines = 0;
    isTroubled = false;
  }

  /** Rotates the file, unless another process has already done so. */
  async function nextFile(full: OpenFile): Promise<OpenFile> {
    if (!full.isRegular) return full;
    full.file.close();
    open = null; // in case the next step fails
    if (await inodeOf(path) === full.inode) {
      for (let age = keep - 1; age > 0; age--) {
        await move(`${path}.${age}`, `${path}.${age + 1}`);
      }
      await move(path, `${path}.1`);
    }
    return await openFile(path);
  }

  function why(error: unknown): { path: string; reason: string } {
    return { path, reason: error instanceof Error ? error.message : "unknown" };
  }

  async function flush(): Promise<void> {
    while (working) await working;
  }

  return {
    write(line) {
      if (waitingChars > MAX_WAITING) return void lostLines++;
      waiting.push(line);
      waitingChars += line.length;
      working ??= Promise.resolve().then(work); // one write for all lines of a turn
    },
    flush,
    async close() {
      await flush();
      open?.file.close();
      open = null;
    },
  };
}

async function openFile(path: string): Promise<OpenFile> {
  const options = { append: true, create: true, mode: 0o600 };
  const file = await Deno.open(path, options);
  const { size, ino: inode, isFile: isRegular } = await file.stat();
  // An existing file may be readable by everyone.
  if (isRegular && Deno.build.os !== "windows") {
    await Deno.chmod(path, 0o600).catch(() => {}); // someone else's: not ours to change
  }
  return { file, size, inode, isRegular };
}

async function writeAll(open: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await open.file.write(bytes.subarray(written));
    written += count;
    open.size += count;
  }
}

async function inodeOf(path: string): Promise<number | null | undefined> {
  try {
    return (await Deno.stat(path)).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
