import { asScalar, asSeq, at, mapAt, type YamlMap } from "../yaml/node";
import { allEntries } from "./entries";
import { knownText } from "./known";

export type Labels = ReadonlyMap<string, string>;

/**
 * A label selector (`matchLabels`, `matchExpressions`) against labels. An empty one selects everything. Undefined when
 * part of it is templated and the rest does not decide.
 */
export function matchesSelector(selector: YamlMap, labels: Labels): boolean | undefined {
  const expressions = at(selector, "matchExpressions");
  const answers = [matchesLabels(mapAt(selector, "matchLabels"), labels)];
  for (const item of asSeq(expressions)?.items ?? []) {
    answers.push(item.kind === "map" ? matchesExpression(item, labels) : undefined);
  }
  const open =
    selector.open || (expressions !== undefined && (expressions.kind !== "seq" || expressions.open));
  return allOf(open ? [...answers, undefined] : answers);
}

/** A plain map of labels, as in a Service's `selector`. */
export function matchesLabels(wanted: YamlMap | undefined, labels: Labels): boolean | undefined {
  if (!wanted) return true;
  const answers: (boolean | undefined)[] = allEntries(wanted).map(({ key, value }) => {
    if (key.templated) return undefined;
    const text = value === null || asScalar(value)?.value === null ? "" : knownText(value);
    return text === undefined ? undefined : labels.get(key.text) === text;
  });
  return allOf(wanted.open ? [...answers, undefined] : answers);
}

function matchesExpression(expression: YamlMap, labels: Labels): boolean | undefined {
  const key = knownText(expression, "key");
  if (key === undefined) return undefined;
  const has = labels.has(key);
  switch (knownText(expression, "operator")) {
    case "Exists":
      return has;
    case "DoesNotExist":
      return !has;
    case "In":
      return isOneOf(expression, labels.get(key));
    case "NotIn":
      return has ? not(isOneOf(expression, labels.get(key))) : true;
    case undefined:
    default:
      return undefined;
  }
}

function isOneOf(expression: YamlMap, label: string | undefined): boolean | undefined {
  if (label === undefined) return false;
  const values = asSeq(at(expression, "values"));
  const known = values?.items.map((item) => knownText(item)) ?? [undefined];
  if (known.includes(label)) return true;
  return values?.open || known.includes(undefined) ? undefined : false;
}

function not(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

/** False as soon as one says no; otherwise unknown as soon as one is. */
function allOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}
