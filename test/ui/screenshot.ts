import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repoRoot, resultsPath } from "../../scripts/vscode/paths";
import type { Workbench } from "./workbench";

const updates = process.env.UPDATE_SCREENSHOTS === "1";

/** With UPDATE_SCREENSHOTS=1 the pictures that the documentation shows are made anew; all others show what a test saw. */
export async function picture(workbench: Workbench, name: string, shown = true): Promise<void> {
  const folder = updates && shown ? join(repoRoot, "docs", "images") : resultsPath;
  mkdirSync(folder, { recursive: true });
  await workbench.screenshot(join(folder, `${name}.png`));
}
