import { createFileSite } from "../../tests/store_site.ts";
import { testStore } from "../../tests/store_conformance.ts";

testStore("createKvStore()", { createSite: createFileSite });
