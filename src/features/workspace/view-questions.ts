import {
  GroupedQuestion,
  JoinedList,
  SharedQuestion,
  type Changes,
  type Question,
  type Tracker,
} from "../../base/tracked";
import type { KubeObject, Scaler } from "../../kubernetes/model";
import type { QuerySite } from "../../metrics/model";
import type { Index, View } from "../../rules/context";
import type { VllmServer } from "../../vllm/model";

/** What the files of one folder hold, in file order. */
export interface Contents {
  ownObjects(): readonly KubeObject[];
  ownOfKind(kind: string): readonly KubeObject[];
  ownServers(): readonly VllmServer[];
  ownScalers(): readonly Scaler[];
  ownQueries(): readonly QuerySite[];
}

/** What can be asked of the folders in view; each question is worked out once after a change, whoever asks. */
export class ViewQuestions {
  private readonly lists = new Map<string, SharedQuestion<readonly unknown[]>>();
  private readonly names = new Map<string, GroupedQuestion<KubeObject, string | undefined>>();
  private readonly indexes = new Map<unknown, GroupedQuestion<unknown, unknown>>();

  constructor(
    private readonly changes: Changes,
    private readonly own: Contents,
    private readonly others: () => readonly Contents[],
  ) {}

  objects(): Question<readonly KubeObject[]> {
    return this.list("objects", (folder) => folder.ownObjects());
  }

  ofKind(kind: string): Question<readonly KubeObject[]> {
    return this.list(`kind ${kind}`, (folder) => folder.ownOfKind(kind));
  }

  servers(): Question<readonly VllmServer[]> {
    return this.list("servers", (folder) => folder.ownServers());
  }

  scalers(): Question<readonly Scaler[]> {
    return this.list("scalers", (folder) => folder.ownScalers());
  }

  /** Everything in view, without a note of who asked: for features that a person calls. */
  view(): View {
    return this.viewThrough(
      (question) => question.answer(),
      (pick) => pick(this.view()),
    );
  }

  /** The same for a rule; what it asks is noted in the tracker. */
  viewFor(tracker: Tracker): View {
    return this.viewThrough(
      (question) => tracker.ask(question),
      (pick) => tracker.select((inner) => pick(this.viewFor(inner))),
    );
  }

  private viewThrough(ask: <T>(question: Question<T>) => T, select: View["select"]): View {
    return {
      objects: (kind) => ask(this.ofKind(kind)),
      named: (kind, name) => ask(this.byName(kind).at(name)),
      servers: () => ask(this.servers()),
      scalers: () => ask(this.scalers()),
      queries: () => ask(this.list("queries", (folder) => folder.ownQueries())),
      lookup: (index, key) => ask(this.arranged(index).at(key)),
      select,
    };
  }

  private list<T>(name: string, own: (folder: Contents) => readonly T[]): SharedQuestion<readonly T[]> {
    let question = this.lists.get(name) as SharedQuestion<readonly T[]> | undefined;
    if (!question) {
      const joined = new JoinedList<T>();
      const put = (): readonly T[] => joined.join(own(this.own), this.others().map(own));
      this.lists.set(name, (question = new SharedQuestion(this.changes, put)));
    }
    return question;
  }

  private byName(kind: string): GroupedQuestion<KubeObject, string | undefined> {
    let grouped = this.names.get(kind);
    if (!grouped)
      this.names.set(kind, (grouped = new GroupedQuestion(this.ofKind(kind), ({ name }) => name)));
    return grouped;
  }

  private arranged<T, K>(index: Index<T, K>): GroupedQuestion<T, K> {
    let grouped = this.indexes.get(index) as GroupedQuestion<T, K> | undefined;
    if (!grouped) {
      const items = new SharedQuestion(this.changes, () => index.items(this.view()));
      grouped = new GroupedQuestion(items, (item) => index.keyOf(item));
      this.indexes.set(index, grouped as GroupedQuestion<unknown, unknown>);
    }
    return grouped;
  }
}
