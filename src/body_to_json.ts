/**
 * `JSON.stringify(body)` for a body that holds a long list.
 *
 * V8 writes strings that lie in memory in one piece four times as fast as those
 * put together or cut out. A single one of these slows down all that is written
 * in the same call, so each field, and each item of a list, has its own.
 */
export function bodyToJson(body: object): string {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const json = Array.isArray(value)
      ? `[${value.map((item) => JSON.stringify(item) ?? "null").join(",")}]`
      : JSON.stringify(value);
    if (json !== undefined) fields.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${fields.join(",")}}`;
}
