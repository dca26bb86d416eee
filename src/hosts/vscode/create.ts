import { commands, Disposable, FileType, l10n, Uri, window, workspace } from "vscode";
import { problemWith, USUAL_LOAD, USUAL_NAMESPACE } from "../../features/create/answers";
import type { Answers, Creation } from "../../features/create/create";
import {
  proposedClouds,
  proposedGpus,
  proposedModels,
  readAmount,
  readTokens,
} from "../../features/create/form";
import { creationText } from "../../features/create/page";
import type { ChangePreview } from "./change-preview";
import type { Session } from "./session";
import { showMarkdown } from "./show-markdown";
import { ask, BACK, choose, walk, type Position, type Step } from "./wizard";

const SCHEME = "vllm-k8s-creation";
/** The value of "what do I need". */
const ANY_GPU = "";

/** Asks a few questions, shows the files that follow from the answers, and writes them when told to. */
export class Creations implements Disposable {
  private text = "";
  private readonly registered = Disposable.from(
    workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: () => this.text }),
    commands.registerCommand("vllmK8s.create", (folder) => this.run(folder)),
  );

  constructor(
    private readonly session: Session,
    private readonly preview: ChangePreview,
  ) {}

  private async run(where: unknown): Promise<void> {
    const parent = await folderFor(where);
    if (!parent) return;
    const path = Uri.joinPath(parent, "deployment.yaml").toString();
    let answers = usualAnswers(this.session.settingsFor(path).assume.vllmVersion);
    for (;;) {
      const given = await this.questions(answers, path);
      if (!given) return;
      answers = given;
      const creation = this.session.ask("Creating failed", undefined, (service) =>
        service.create(path, given),
      );
      const [problem] = creation?.problems ?? [l10n.t("The log of the extension says why it failed.")];
      if (creation && problem === undefined) return this.offer(creation, parent);
      const again = l10n.t("Change the Answers");
      if ((await window.showWarningMessage(problem ?? "", again)) !== again) return;
    }
  }

  private async questions(first: Answers, path: string): Promise<Answers | undefined> {
    let answers = first;
    const say = (change: Partial<Answers>): true => {
      answers = { ...answers, ...change };
      return true;
    };
    const title = l10n.t("Create a vLLM Deployment");
    const step =
      (question: (position: Position) => Promise<Step<string>>, take: (answer: string) => true) =>
      async (at: Omit<Position, "title">): Promise<Step<true>> => {
        const answer = await question({ ...at, title });
        return answer === undefined || answer === BACK ? answer : take(answer);
      };
    const done = await walk([
      step(
        (at) => askModel(at, answers),
        (model) => {
          say({ model });
          // Files of the model, or the Hub's answer, are there by the end of the questions.
          this.session.ask("Looking up a model failed", undefined, (service) =>
            service.create(path, answers),
          );
          return true;
        },
      ),
      step(
        (at) => askCloud(at, answers),
        (cloud) => say({ cloud: cloud as Answers["cloud"] }),
      ),
      step(
        (at) => askGpu(at, answers),
        (gpu) => say({ gpu: gpu === ANY_GPU ? undefined : gpu }),
      ),
      step(
        (at) => askAmount(at, answers),
        (text) => say({ load: { ...answers.load, ...read(readAmount(text)) } }),
      ),
      step(
        (at) => askTokens(at, answers),
        (text) => say({ load: { ...answers.load, ...read(readTokens(text)) } }),
      ),
      step(
        (at) => askNamespace(at, answers),
        (namespace) => say({ namespace }),
      ),
    ]);
    return done ? answers : undefined;
  }

  private async offer(creation: Creation, parent: Uri): Promise<void> {
    const folder = await freeFolder(parent, creation.name);
    this.text = creationText(creation);
    const page = Uri.from({ scheme: SCHEME, path: `/${creation.name}.md`, query: String(Date.now()) });
    const created = creation.files.map(({ path, text }) => ({
      path: Uri.joinPath(folder, path).toString(),
      text,
    }));
    const applied = await this.preview.offer(l10n.t("New: {0}", creation.name), { edits: [], created });
    if (!applied) return;
    await window.showTextDocument(Uri.joinPath(folder, "deployment.yaml"), { preview: false });
    await showMarkdown(page);
  }

  dispose(): void {
    this.registered.dispose();
  }
}

function usualAnswers(version: string | undefined): Answers {
  return { model: "", cloud: "gke", load: USUAL_LOAD, namespace: USUAL_NAMESPACE, version };
}

function read<T>(given: T | { readonly problem: string }): T | undefined {
  return typeof given === "object" && given !== null && "problem" in given ? undefined : given;
}

function askModel(at: Position, { model }: Answers): Promise<Step<string>> {
  const items = proposedModels().map(({ value, detail }) => ({ label: value, description: detail, value }));
  const placeholder = l10n.t("Which model? Choose one, or type a name as on the Hugging Face Hub");
  return choose(at, {
    placeholder,
    items,
    current: model,
    typed: (text) =>
      problemWith.model(text.trim()) === undefined
        ? { label: text.trim(), description: l10n.t("as typed"), value: text.trim() }
        : undefined,
  });
}

function askCloud(at: Position, { cloud }: Answers): Promise<Step<string>> {
  const items = proposedClouds().map((each) => ({
    label: each.value,
    description: each.detail,
    value: each.cloud,
  }));
  return choose(at, { placeholder: l10n.t("Where does it run?"), items, current: cloud });
}

function askGpu(at: Position, { cloud, gpu }: Answers): Promise<Step<string>> {
  const cards = proposedGpus(cloud).map(({ value, detail }) => ({
    label: value,
    description: detail,
    value,
  }));
  const any = {
    label: l10n.t("What do I need?"),
    description: l10n.t("the least GPU memory on which the load fits"),
    value: ANY_GPU,
  };
  return choose(at, { placeholder: l10n.t("Which GPU?"), items: [any, ...cards], current: gpu ?? ANY_GPU });
}

function askAmount(at: Position, { load: { kind, amount } }: Answers): Promise<Step<string>> {
  return ask(at, {
    prompt: l10n.t("Load at a busy hour: requests a second, like 4, or users at once, like 40 users"),
    value: kind === "rate" ? String(amount) : `${amount} users`,
    problem: (text) => problemIn(readAmount(text)),
  });
}

function askTokens(at: Position, { load: { prompt, answer } }: Answers): Promise<Step<string>> {
  return ask(at, {
    prompt: l10n.t("Tokens of a prompt and of an answer, on average"),
    value: `${prompt} + ${answer}`,
    problem: (text) => problemIn(readTokens(text)),
  });
}

function askNamespace(at: Position, { namespace }: Answers): Promise<Step<string>> {
  return ask(at, {
    prompt: l10n.t("Namespace"),
    value: namespace,
    problem: (text) => problemWith.namespace(text),
  });
}

function problemIn(given: object): string | undefined {
  return "problem" in given ? String(given.problem) : undefined;
}

/** The folder that a person clicked on, else one of the workspace. */
async function folderFor(where: unknown): Promise<Uri | undefined> {
  if (where instanceof Uri) return where;
  const [only, ...others] = workspace.workspaceFolders ?? [];
  if (only && others.length === 0) return only.uri;
  if (only) return (await window.showWorkspaceFolderPick())?.uri;
  void window.showInformationMessage(l10n.t("Open the folder that the manifests are for first."));
  return undefined;
}

/** With a number behind its name where that is taken. */
async function freeFolder(parent: Uri, name: string): Promise<Uri> {
  for (let n = 1; ; n++) {
    const folder = Uri.joinPath(parent, n === 1 ? name : `${name}-${n}`);
    try {
      const { type } = await workspace.fs.stat(folder);
      if (type === FileType.Unknown) return folder;
    } catch {
      return folder;
    }
  }
}
