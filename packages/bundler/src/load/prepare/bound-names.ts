import type { Node } from 'oxc-parser';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { patternNames } from '../../syntax/patterns.ts';
import { walk } from '../../syntax/walk.ts';

/** Every name that the module binds anywhere. A name that is not among them is a global, or what CommonJS gives. */
export function boundNames({ program }: ParsedModule): ReadonlySet<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    for (const pattern of bindingsOf(node)) for (const name of patternNames(pattern)) names.add(name);
  });
  return names;
}

function bindingsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return [...(node.id ? [node.id] : []), ...parametersOf(node.params)];
    case 'ArrowFunctionExpression':
      return parametersOf(node.params);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id ? [node.id] : [];
    case 'CatchClause':
      return node.param ? [node.param] : [];
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [node.local];
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      return [node.id];
    default:
      return [];
  }
}

function parametersOf(params: readonly Node[]): readonly Node[] {
  return params.map((param) => (param.type === 'TSParameterProperty' ? param.parameter : param));
}
