/** The program's version, following semver.org. */
export const VERSION = "0.1.0";
