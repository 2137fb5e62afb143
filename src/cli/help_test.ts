import { match, ok } from "node:assert";
import { COMMAND_NAMES, COMMANDS } from "./commands.ts";
import { helpText, mistakeHint } from "./help.ts";

Deno.test("helpText() names every command", () => {
  for (const name of COMMAND_NAMES) {
    match(helpText(null), new RegExp(`^  ccproxy \\[?${name}\\b`, "m"));
  }
});

Deno.test("helpText() of a command has examples and exit codes, in 80 columns", () => {
  for (const name of COMMAND_NAMES) {
    const text = helpText(name);
    const own = text.split("\nVariables:")[0] ?? "";
    match(text, new RegExp(`^ccproxy ${name}\\b.*: ${COMMANDS[name].summary}`));
    match(
      own,
      /\nExamples:\n {2}\S[^]*\nExit codes:\n {4}0 {2}all went well\n[^]* {3}64/,
    );
    for (const line of own.split("\n").slice(1)) {
      ok(line.length <= 80, `${name}: ${line}`);
    }
  }
});

Deno.test("helpText() of a command lists the variables it reads alone", () => {
  match(helpText("demo"), /\nVariables:\n {2}UPSTREAM_API +/);
  ok(!helpText("demo").includes("BIG_MODEL_NAME"));
  match(helpText("models"), /BIG_MODEL_NAME[^]*CCPROXY_CONFIG/);
  ok(!helpText("models").includes("SHUTDOWN_TIMEOUT"));
  match(helpText("serve"), /SHUTDOWN_TIMEOUT/);
  ok(!helpText("config schema").includes("Variables:"));
  match(helpText("usage"), /\nVariables:\n {2}HOST /);
});

Deno.test("mistakeHint() points to the help of the command that was meant", () => {
  match(mistakeHint({ of: "usage" }), /`ccproxy usage --help`/);
  match(mistakeHint({}), /`ccproxy --help`/);
});
