import { strictEqual as equal } from "node:assert";
import { platformDataDir } from "./data_dir.ts";

Deno.test("platformDataDir() is where each platform keeps data", () => {
  const HOME = "/home/me";
  equal(
    platformDataDir({ os: "linux", HOME }),
    "/home/me/.local/share/ccproxy",
  );
  equal(
    platformDataDir({ os: "darwin", HOME }),
    "/home/me/Library/Application Support/ccproxy",
  );
  equal(
    platformDataDir({ os: "windows", HOME, LOCALAPPDATA: "C:\\Data" }),
    "C:\\Data\\ccproxy",
  );
});

Deno.test("platformDataDir() obeys XDG_DATA_HOME unless it is relative", () => {
  const HOME = "/home/me";
  const dirFor = (XDG_DATA_HOME: string) =>
    platformDataDir({ os: "linux", HOME, XDG_DATA_HOME });
  equal(dirFor("/data"), "/data/ccproxy");
  equal(dirFor("data"), "/home/me/.local/share/ccproxy");
  equal(dirFor(""), "/home/me/.local/share/ccproxy");
});

Deno.test("platformDataDir() is null where nothing tells", () => {
  equal(platformDataDir({ os: "linux" }), null);
  equal(platformDataDir({ os: "windows", HOME: "/home/me" }), null);
});
