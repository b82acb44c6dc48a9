import type { Class, Node } from 'oxc-parser';
import { unwrapped } from '../syntax/patterns.ts';

/** Whether evaluating this certainly does nothing but make a value. */
export function isPure(expression: Node | null | undefined): boolean {
  if (!expression) return true;
  const node = unwrapped(expression);
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'ClassExpression':
    case 'ClassDeclaration':
      return isPureClass(node);
    case 'TemplateLiteral':
      return node.expressions.every((part) => unwrapped(part).type === 'Literal');
    case 'ArrayExpression':
      return node.elements.every((element) => element?.type !== 'SpreadElement' && isPure(element));
    case 'ObjectExpression':
      return node.properties.every((property) => property.type === 'Property' && !property.computed && isPure(property.value));
    case 'UnaryExpression':
      return unwrapped(node.argument).type === 'Literal';
    case 'ConditionalExpression':
      return isPure(node.test) && isPure(node.consequent) && isPure(node.alternate);
    case 'LogicalExpression':
      return isPure(node.left) && isPure(node.right);
    default:
      return false;
  }
}

function isPureClass(node: Class): boolean {
  if (node.decorators.length > 0 || (node.superClass && unwrapped(node.superClass).type !== 'Identifier')) return false;
  return node.body.body.every((member) => {
    if (member.type === 'StaticBlock') return false;
    if (member.type === 'TSIndexSignature') return true;
    if (member.computed || member.decorators.length > 0) return false;
    return member.type === 'MethodDefinition' || !('static' in member) || !member.static || isPure(member.value);
  });
}
