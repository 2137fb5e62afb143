import { deepStrictEqual as deepEqual } from "node:assert";
import { envFileNotices } from "./env_file.ts";

Deno.test("envFileNotices() names lines and names that cannot be meant so, and no value", () => {
  const text = `# a comment
OPENAI_API_KEY sk-secret

BIG_MODEL=gpt-5.1
export OPENAI_BASEURL=http://x
openai_api_key=sk-secret
 PORT = 80
OTHER_PROGRAM=1
NOTE="two
lines" # BIG_MODEL
HOSTS=a
`;
  deepEqual(envFileNotices(text, (name) => name === "HOST"), [
    ".env, line 2: expected NAME=value; the line has no effect",
    ".env, line 4: BIG_MODEL is no setting; did you mean BIG_MODEL_NAME?",
    ".env, line 5: OPENAI_BASEURL is no setting; did you mean OPENAI_BASE_URL?",
    ".env, line 6: openai_api_key is no setting; did you mean OPENAI_API_KEY?",
  ]);
});

Deno.test("envFileNotices() has nothing to say of the example", async () => {
  const example = new URL("../../.env.example", import.meta.url);
  deepEqual(envFileNotices(await Deno.readTextFile(example), () => false), []);
});
