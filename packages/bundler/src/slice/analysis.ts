import type { CutLabel } from './cut-labels.ts';
import { cutLabels } from './cut-labels.ts';
import { lookUp } from './look-up.ts';
import type { LookedUp } from './look-up.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, ModuleSyntax, Reference, Region, Unit } from './module-syntax.ts';
import { isInertElsewhere, siteRole } from './site-role.ts';
import type { SiteRole } from './site-role.ts';
