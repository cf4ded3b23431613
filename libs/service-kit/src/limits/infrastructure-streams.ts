import { overloaded } from './admission.ts';
import { once, type Release } from './release.ts';

/** Streams of RPCs that stand outside the limits of callers. */
export interface InfrastructureStreams {
  /** @throws DomainError OVERLOADED */
  checkRoom(connection: object): void;
  /** Takes a place. @throws DomainError OVERLOADED */
  enter(connection: object): Release;
}

/** A client watches the services that it calls: a few. */
const onConnectionMax = 10;

/** Bounds them in all, and on each connection, so that one caller cannot have them all. */
export function createInfrastructureStreams(max: number): InfrastructureStreams {
  const onConnection = new WeakMap<object, number>();
  let streams = 0;
  const checkRoom = (connection: object): void => {
    if (streams >= max) throw tooMany;
    if ((onConnection.get(connection) ?? 0) >= onConnectionMax) throw tooManyOnConnection;
  };
  const count = (connection: object, change: number): void => {
    streams += change;
    onConnection.set(connection, (onConnection.get(connection) ?? 0) + change);
  };
  return {
    checkRoom,
    enter: (connection) => {
      checkRoom(connection);
      count(connection, 1);
      return once(() => count(connection, -1));
    },
  };
}

const tooMany = overloaded('streams of health and reflection');
const tooManyOnConnection = overloaded('streams of health and reflection on this connection');
