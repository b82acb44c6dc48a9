import { randomBytes, randomInt } from 'node:crypto';

const adjectives = (
  'able agile amber apt azure bold brave brief bright brisk calm candid civil clear clever coral crisp deft eager early easy exact fair fleet ' +
  'fond frank fresh gentle glad golden grand green happy hardy honest humble ivory jolly keen kind lively loyal lucid lucky mellow mild ' +
  'modest neat nimble noble novel patient plain polite proud quick quiet rapid ready rosy royal sage serene sharp silver sincere smart snug ' +
  'solid spry steady still sunny sure swift tidy tough trim true upbeat vivid warm wise witty young zesty'
).split(' ');
const nouns = (
  'acorn alder ant aspen badger bat bear beaver bee birch bison brook cedar cliff clover comet condor coral crane creek cricket deer dove ' +
  'eagle egret elk elm falcon fern finch fir fox gecko grouse hare harbor hawk hazel heron hill ibex iris ivy jay juniper kestrel kite lake ' +
  'lark laurel lichen lily lion lotus lynx maple marten meadow mole moss moth newt oak olive orca oriole otter owl panda pearl pine plover ' +
  'poplar puffin quail raven reef ridge river robin rowan seal shore sparrow spruce star stork swan swift tern thistle thrush tiger trout ' +
  'tulip vale walnut warbler willow wolf wren yak yew'
).split(' ');

/** `brave-otter-4f2a` */
export function runName(): string {
  return [adjectives[randomInt(adjectives.length)], nouns[randomInt(nouns.length)], randomBytes(2).toString('hex')].join('-');
}
