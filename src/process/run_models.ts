import {
  findModel,
  listModels,
  modelsTable,
  modelsText,
} from "../cli/models.ts";
import { loadSettings } from "./load_settings.ts";
import { complain, print } from "./terminal.ts";

/** Shows which targets model names select: all in the settings, or one. */
export function runModels(
  { operands: [name], json }: { operands: string[]; json: boolean },
): void {
  const config = loadSettings();
  const facts = name === undefined
    ? listModels(config)
    : findModel(name, config);
  if (facts.length === 0) {
    complain(`ccproxy: no model serves "${name}"; try \`ccproxy models\`\n`);
    return Deno.exit(1);
  }
  if (json) return print(`${JSON.stringify(facts, null, 2)}\n`);
  print(name === undefined ? modelsTable(facts) : modelsText(facts));
}
