import type { Plain } from "../../yaml/format";
import { formatBlock } from "../../yaml/format";
import { loadTime, type LoadTime } from "../../rules/startup/load-time";
import type { HostPlan } from "../../sizing/host";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import type { Folder } from "../workspace/folder";
import type { ModelLookup } from "../workspace/plans";
import type { SourceFile } from "../workspace/workspace";
import { Workspace } from "../workspace/workspace";
import { deployment, service, type Design } from "./deployment";

/** A design as the rest of the service reads it: nothing is worked out here that a finding or a lens would work out otherwise. */
export interface Draft {
  readonly workspace: Workspace;
  readonly folder: Folder;
  readonly file: SourceFile;
  readonly input: PlanInput;
  readonly plan: MemoryPlan;
  readonly host: HostPlan;
  readonly time: LoadTime | undefined;
}

const FOLDER = "/";

export function draftOf(design: Design, models: ModelLookup | undefined): Draft {
  const workspace = new Workspace(
    () => ({}),
    () => models,
  );
  const path = pathOf("deployment.yaml");
  workspace.set(path, yamlOf(deployment(design)));
  workspace.set(pathOf("service.yaml"), yamlOf(service(design)));
  const file = workspace.file(path);
  const folder = workspace.folderOf(path);
  const [server] = file ? folder.serversOf(file) : [];
  if (!file || !server) throw new Error("the Deployment that was written has no vLLM server");
  const { plans } = folder;
  const { plan, load } = plans;
  return {
    workspace,
    folder,
    file,
    input: plans.input(server),
    plan: plan(server),
    host: plans.host(server),
    time: loadTime(server, { view: folder.view(), plan, load }),
  };
}

export function pathOf(name: string): string {
  return `${FOLDER}${name}`;
}

/** One document or several, with what is to be known of them above. */
export function yamlOf(object: Plain | readonly Plain[], notes: readonly string[] = []): string {
  const documents = (Array.isArray(object) ? object : [object]) as readonly Plain[];
  const head = notes.flatMap(wrapped).map((line) => `# ${line}\n`);
  return head.join("") + documents.map((document) => formatBlock("", document, 0)).join("---\n");
}

const WIDTH = 78;

/** At blanks, into lines that an editor shows whole. */
function wrapped(note: string): readonly string[] {
  const lines: string[] = [];
  for (const word of note.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
