import type { Matcher, Selector } from "../metrics/expression";

/** A model's name may be a path. */
const LONGEST_LABEL = 1000;
const MOST_WILDCARDS = 2;

/** Labels that are not known are taken to fit: it is not the selector's labels that are simulated. */
export function matches(
  { matchers }: Selector,
  labels: Readonly<Record<string, string | undefined>>,
): boolean {
  return matchers.every((matcher) => {
    const label = Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : undefined;
    return label === undefined || fits(matcher, label);
  });
}

function fits({ operator, value }: Matcher, label: string): boolean {
  if (operator === "=") return label === value;
  if (operator === "!=") return label !== value;
  if (!isQuick(value) || label.length > LONGEST_LABEL) return true;
  const hit = new RegExp(`^(?:${value})$`).test(label);
  return operator === "=~" ? hit : !hit;
}

/** Only alternatives and a few wildcards: an expression of a stranger's could take for ever, by each wildcard as long again as the label. */
function isQuick(pattern: string): boolean {
  const wildcards = pattern.split(/[*+]/).length - 1;
  return (
    wildcards <= MOST_WILDCARDS &&
    pattern.length <= LONGEST_LABEL &&
    /^[\w./:-]*(\.[*+][\w./:-]*|\|[\w./:-]+)*$/.test(pattern)
  );
}
