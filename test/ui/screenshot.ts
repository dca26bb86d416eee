import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repoRoot, resultsPath } from "../../scripts/vscode/paths";
import type { Workbench } from "./workbench";

/** With UPDATE_SCREENSHOTS=1 the pictures of the README are made anew; otherwise they show what a test saw. */
const folder = process.env.UPDATE_SCREENSHOTS === "1" ? join(repoRoot, "docs", "images") : resultsPath;

export async function picture(workbench: Workbench, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await workbench.screenshot(join(folder, `${name}.png`));
}
