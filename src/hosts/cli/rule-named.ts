import { nearest } from "../../features/settings/config-file";
import type { Rule } from "../../rules/define";
import { RULES } from "../../rules/index";
import { seeHelp } from "./arguments";
import { UsageError } from "./exit";

/** The rule a person means: by its id, or by its name when only one group has it. */
export function ruleNamed(name: string, command: string): Rule {
  const exact = RULES.find((rule) => rule.id === name);
  if (exact) return exact;
  const byName = RULES.filter((rule) => rule.id.split("/")[1] === name);
  if (byName.length === 1 && byName[0]) return byName[0];
  const near = nearest(
    name,
    RULES.map((rule) => rule.id),
  );
  throw new UsageError(
    near === undefined
      ? `there is no rule ${JSON.stringify(name)}; \`vllm-k8s explain\` lists them${seeHelp(command)}`
      : `there is no rule ${JSON.stringify(name)}; did you mean ${near}?${seeHelp(command)}`,
  );
}
