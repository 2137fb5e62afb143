/**
 * OpenAI's rules about the parameters of a Responses request beyond their
 * types. Pure.
 *
 * @module
 */
import { BadRequest } from "../bad_request.ts";
import { doesReason } from "../known_models.ts";
import { isRecord } from "../sample.ts";
import type { ResponsesRequest } from "./request.ts";

/**
 * Checks tools, tool choice, and what the model does not accept.
 *
 * @throws {BadRequest} in OpenAI's wording, for the first rule broken.
 */
export function checkParameters(request: ResponsesRequest): void {
  checkTools(request);
  checkChoice(request);
  checkFormat(request);
  checkModel(request);
  checkStored(request);
}

function checkTools({ tools }: ResponsesRequest): void {
  tools?.forEach((tool, index) => {
    if (tool.type !== "function" || tool.strict !== true) return;
    const fault = faultOf(tool.parameters);
    if (fault === null) return;
    throw new BadRequest(
      `Invalid schema for function '${tool.name}': In context=(), ${fault}`,
      {
        param: `tools[${index}].parameters`,
        code: "invalid_function_parameters",
      },
    );
  });
}

/** Why a schema cannot be strict; only its top level is checked. */
function faultOf(schema: unknown): string | null {
  const { additionalProperties, properties = {}, required } = Object(schema);
  if (additionalProperties !== false) {
    return "'additionalProperties' is required to be supplied and to be false.";
  }
  const names = isRecord(properties) ? Object.keys(properties) : [];
  const missing = names.find((name) =>
    !Array.isArray(required) || !required.includes(name)
  );
  if (missing === undefined) return null;
  return "'required' is required to be supplied and to be an array including " +
    `every key in properties. Missing '${missing}'.`;
}

function checkChoice(request: ResponsesRequest): void {
  const { tools, tool_choice: choice } = request;
  const param = "tool_choice";
  if (choice === "required" && !tools?.length) {
    const text = "Tool choice 'required' must be specified with 'tools' " +
      "parameter.";
    throw new BadRequest(text, { param });
  }
  if (!choice || typeof choice === "string") return;
  const chosen = choice.type === "function" ? [choice] : choice.tools;
  for (const { type, name } of chosen) {
    const isOffered = tools?.some((tool) =>
      tool.type === type && (tool.type !== "function" || tool.name === name)
    );
    if (isOffered) continue;
    const text = `Tool choice '${type}' not found in 'tools' parameter.`;
    throw new BadRequest(text, { param });
  }
}

function checkFormat({ text }: ResponsesRequest): void {
  const { format } = text ?? {};
  if (format?.type !== "json_schema" || format.strict !== true) return;
  const fault = faultOf(format.schema);
  if (fault === null) return;
  throw new BadRequest(
    `Invalid schema for response_format '${format.name}': In context=(), ` +
      fault,
    { param: "text.format.schema", code: "invalid_json_schema" },
  );
}

const SAMPLING = ["temperature", "top_p"] as const;

function checkModel(request: ResponsesRequest): void {
  const { model, reasoning, include } = request;
  const reasons = doesReason(model);
  const refused = reasons === false
    ? [
      ...(reasoning?.effort ? ["reasoning.effort"] : []),
      ...(reasoning?.summary ? ["reasoning.summary"] : []),
    ]
    : reasons && reasoning?.effort !== "none"
    ? SAMPLING.filter((name) => (request[name] ?? null) !== null)
    : [];
  const [param] = refused;
  if (param !== undefined) {
    const text =
      `Unsupported parameter: '${param}' is not supported with this model.`;
    throw new BadRequest(text, { param, code: "unsupported_parameter" });
  }
  if (reasons !== false || !include?.includes("reasoning.encrypted_content")) {
    return;
  }
  const text = "Encrypted content is not supported with this model.";
  throw new BadRequest(text, { param: "include" });
}

/** Nothing is stored here that could be continued. */
function checkStored(request: ResponsesRequest): void {
  const { previous_response_id: id, prompt_cache_retention: retention } =
    request;
  if (id) {
    throw new BadRequest(`Previous response with id '${id}' not found.`, {
      param: "previous_response_id",
      code: "previous_response_not_found",
    });
  }
  if (!retention || !request.prompt_cache_options) return;
  throw new BadRequest(
    "'prompt_cache_retention' and 'prompt_cache_options' cannot be used " +
      "together.",
    { param: "prompt_cache_retention" },
  );
}
