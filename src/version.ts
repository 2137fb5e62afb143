/** The program's version, after semver.org. */
export const VERSION = "0.1.0";
