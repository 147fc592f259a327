import type { Place } from './places.ts';

/** A file of `lib`, with whether each of its places has run. */
export interface CountedFile {
  /** From the root of the clone: `lib/<room>/...`. */
  readonly name: string;
  readonly source: string;
  readonly places: readonly (Place & { readonly ran: boolean })[];
}

/** A room of `lib`, and how much of it has run. */
export interface CountedRoom {
  readonly room: string;
  readonly places: number;
  readonly ran: number;
  /** Per cent that have to run. */
  readonly floor: number;
}

/** Returns the rooms of the files, by name. */
export function roomsOf(files: readonly CountedFile[], floorOf: (room: string) => number): readonly CountedRoom[] {
  const byRoom = Map.groupBy(files, ({ name }) => name.split('/')[1] ?? '');
  return [...byRoom].sort(byName).map(([room, ofRoom]) => {
    const places = ofRoom.flatMap((file) => file.places);
    return { room, places: places.length, ran: places.filter(({ ran }) => ran).length, floor: floorOf(room) };
  });
}

/** Returns a line for each room that ran less than its floor. */
export function tooLow(rooms: readonly CountedRoom[]): readonly string[] {
  return rooms
    .filter(({ places, ran, floor }) => 100 * ran < floor * places)
    .map(({ room, places, ran, floor }) => `lib/${room}: ${shareOf(ran, places)} ran, its floor is ${floor} %`);
}

/** Returns the table that ends a run of all tests. */
export function tellRooms(rooms: readonly CountedRoom[]): string {
  const places = rooms.reduce((sum, room) => sum + room.places, 0);
  const ran = rooms.reduce((sum, room) => sum + room.ran, 0);
  const width = Math.max(0, ...rooms.map(({ room }) => room.length));
  return [
    `Coverage of lib: ${shareOf(ran, places)} of ${places} statements and branches ran, ${places - ran} did not`,
    ...rooms.map((room) => {
      const share = shareOf(room.ran, room.places).padStart(8);
      return `  ${room.room.padEnd(width)} ${share}, floor ${room.floor} %, ${room.places - room.ran} not run`;
    }),
  ].join('\n');
}

/** Returns what has not run, file by file: line, and the code. What is part of something that has not run is left out. */
export function tellNotRun(files: readonly CountedFile[]): string {
  return files
    .flatMap(({ name, source, places }) => {
      const left = outermost(places.filter(({ ran }) => !ran));
      const lines = left.map(({ start, end }) => `  ${lineAt(source, start)}: ${oneLine(source.slice(start, end))}`);
      const without = places.every(({ ran }) => !ran) ? ': none of it ran' : '';
      return lines.length === 0 ? [] : [`${name}${without}`, ...(without === '' ? lines : [])];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Returns the same as lcov, for editors: a line with several statements ran as often as the one that ran least. */
export function tellLcov(files: readonly CountedFile[]): string {
  return files.map(lcovOf).join('');
}

function lcovOf({ name, source, places }: CountedFile): string {
  const statements = Map.groupBy(
    places.filter(({ kind }) => kind === 'statement'),
    ({ start }) => lineAt(source, start),
  );
  const lines = [...statements].sort(([a], [b]) => a - b);
  const branches = places.filter(({ kind }) => kind === 'branch');
  const hits = lines.map(([line, ofLine]) => `DA:${line},${ofLine.every(({ ran }) => ran) ? 1 : 0}`);
  const taken = branches.map(({ start, ran }, index) => `BRDA:${lineAt(source, start)},${index},0,${ran ? 1 : 0}`);
  return `${[`SF:${name}`, ...hits, ...taken, 'end_of_record'].join('\n')}\n`;
}

function outermost(places: CountedFile['places']): CountedFile['places'] {
  return places.filter((one) => !places.some((other) => other !== one && contains(other, one)));
}

/** Of two places of one extent, a statement and the branch that it is, the earlier one contains the later. */
function contains(outer: Place, inner: Place): boolean {
  return outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start;
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

function oneLine(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}

function shareOf(part: number, all: number): string {
  return all === 0 ? '100.0 %' : `${(Math.floor((1000 * part) / all) / 10).toFixed(1)} %`;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
