import {
  QuickInputButtons,
  window,
  type Disposable,
  type InputBox,
  type QuickInput,
  type QuickPick,
  type QuickPickItem,
} from "vscode";

export const BACK = Symbol("back");
/** What a step ends with; undefined when the person gave up. */
export type Step<T> = T | typeof BACK | undefined;

export interface Position {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
}

/** Steps in a row, each of which writes down its own answer; back goes to the one before. False when the person gave up. */
export async function walk(
  steps: readonly ((position: Omit<Position, "title">) => Promise<Step<true>>)[],
): Promise<boolean> {
  let at = 0;
  while (at < steps.length) {
    const result = await steps[at]?.({ step: at + 1, steps: steps.length });
    if (result === undefined) return false;
    at += result === BACK ? -1 : 1;
  }
  return true;
}

export interface Choice extends QuickPickItem {
  readonly value: string;
}

/** One of a list, or, with `typed`, what a person types. */
export async function choose(
  position: Position,
  options: {
    readonly placeholder: string;
    readonly items: readonly Choice[];
    readonly current: string | undefined;
    /** Makes the entry for a text that is none of the list; undefined when the text cannot be an answer. */
    readonly typed?: (text: string) => Choice | undefined;
  },
): Promise<Step<string>> {
  const { items, current, typed } = options;
  const box: QuickPick<Choice> = window.createQuickPick<Choice>();
  box.placeholder = options.placeholder;
  box.items = items;
  box.matchOnDescription = true;
  const active = items.filter(({ value }) => value === current);
  // None active would leave Enter without an answer.
  if (active.length > 0) box.activeItems = active;
  const offerTyped = (text: string): void => {
    const own = items.some(({ value }) => value === text) ? undefined : typed?.(text);
    box.items = own ? [...items, { ...own, alwaysShow: true }] : items;
  };
  return shown(box, position, (accept) => [
    box.onDidChangeValue(offerTyped),
    box.onDidAccept(() => {
      const [picked] = box.selectedItems;
      if (picked) accept(picked.value);
    }),
  ]);
}

/** A text that has to be valid before the step ends. */
export async function ask(
  position: Position,
  options: {
    readonly prompt: string;
    readonly value: string;
    readonly problem: (text: string) => string | undefined;
  },
): Promise<Step<string>> {
  const box: InputBox = window.createInputBox();
  box.prompt = options.prompt;
  box.value = options.value;
  const check = (text: string): string | undefined => {
    box.validationMessage = options.problem(text);
    return box.validationMessage;
  };
  return shown(box, position, (accept) => [
    box.onDidChangeValue((text) => void check(text)),
    box.onDidAccept(() => {
      if (check(box.value) === undefined) accept(box.value);
    }),
  ]);
}

async function shown(
  box: (QuickPick<Choice> | InputBox) & QuickInput,
  { title, step, steps }: Position,
  listen: (accept: (value: string) => void) => readonly Disposable[],
): Promise<Step<string>> {
  box.title = title;
  box.step = step;
  box.totalSteps = steps;
  box.ignoreFocusOut = true;
  box.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  let disposables: readonly Disposable[] = [box];
  try {
    return await new Promise<Step<string>>((resolve) => {
      disposables = [
        box,
        ...listen(resolve),
        box.onDidTriggerButton(() => resolve(BACK)),
        box.onDidHide(() => resolve(undefined)),
      ];
      box.show();
    });
  } finally {
    for (const each of disposables) each.dispose();
  }
}
