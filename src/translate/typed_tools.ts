/**
 * Anthropic's own tools that clients run themselves. The API knows their
 * schemas by type; an upstream has to be given them.
 *
 * @see {@link
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview}
 * @module
 */

/** A typed tool as a function. */
export interface TypedTool {
  /** Prefix of its versioned types. */
  prefix: string;
  description: string;
  parameters: Record<string, unknown>;
}

const text = { type: "string" };
const line = { type: "integer" };

/** The typed tools a client can run. */
const TYPED_TOOLS: readonly TypedTool[] = [
  {
    prefix: "bash_",
    description: "Runs a command in a persistent bash session.",
    parameters: {
      type: "object",
      properties: {
        command: { ...text, description: "The command to run" },
        restart: {
          type: "boolean",
          description: "true restarts the session instead of running a command",
        },
      },
    },
  },
  {
    prefix: "text_editor_",
    description: "Views, creates and edits text files.",
    parameters: {
      type: "object",
      properties: {
        command: { ...text, enum: ["view", "create", "str_replace", "insert"] },
        path: { ...text, description: "Absolute path of the file or folder" },
        view_range: {
          type: "array",
          items: line,
          description: "view: first and last line, from 1; last -1 is the end",
        },
        file_text: { ...text, description: "create: the file's content" },
        old_str: { ...text, description: "str_replace: text that occurs once" },
        new_str: { ...text, description: "str_replace, insert: the new text" },
        insert_line: { ...line, description: "insert: line to insert after" },
        insert_text: { ...text, description: "insert: the text" },
      },
      required: ["command", "path"],
    },
  },
  {
    prefix: "memory_",
    description: "Keeps notes in files below /memories.",
    parameters: {
      type: "object",
      properties: {
        command: {
          ...text,
          enum: ["view", "create", "str_replace", "insert", "delete", "rename"],
        },
        path: { ...text, description: "Path below /memories" },
        view_range: { type: "array", items: line },
        file_text: text,
        old_str: text,
        new_str: text,
        insert_line: line,
        insert_text: text,
        old_path: text,
        new_path: text,
      },
      required: ["command"],
    },
  },
];

/** The typed tool for a tool's type; `undefined` for all other tools. */
export function toTypedTool(
  type: string | null | undefined,
): TypedTool | undefined {
  return TYPED_TOOLS.find(({ prefix }) => type?.startsWith(prefix));
}
