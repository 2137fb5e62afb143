/** A server's host name and port. */
export interface Address {
  host: string;
  port: number;
}

/** The address in an http or https URL; `null` if it is not a URL. */
export function addressOf(url: string): Address | null {
  if (!URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname,
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  };
}
