/** A server's host name and port. */
export interface Address {
  host: string;
  port: number;
}

/** Where an http or https URL leads; `null` where it is no URL. */
export function addressOf(url: string): Address | null {
  if (!URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname,
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  };
}
