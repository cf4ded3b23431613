import type { PeerSocket } from '../identity/authenticator.ts';
import { overloaded } from './admission.ts';
import { createPlaces } from './places.ts';
import { once, type Release } from './release.ts';

/** Streams of RPCs that stand outside the limits of callers. */
export interface InfrastructureStreams {
  /** @throws DomainError OVERLOADED */
  checkRoom(connection: PeerSocket): void;
  /** Takes a place. @throws DomainError OVERLOADED */
  enter(connection: PeerSocket): Release;
}

/** A client watches the services that it calls: a few. */
const onConnectionMax = 10;

/** Bounds them in all, half of that for each address, so that one cannot have them all, and on each connection. */
export function createInfrastructureStreams(max: number): InfrastructureStreams {
  const places = createPlaces(max, Math.ceil(max / 2), tooMany, tooManyOfAddress);
  const onConnection = new WeakMap<PeerSocket, number>();
  const countOn = (connection: PeerSocket): number => onConnection.get(connection) ?? 0;
  const checkRoom = (connection: PeerSocket): void => {
    places.check(addressOf(connection));
    if (countOn(connection) >= onConnectionMax) throw tooManyOnConnection;
  };
  return {
    checkRoom,
    enter: (connection) => {
      checkRoom(connection);
      const release = places.take(addressOf(connection));
      onConnection.set(connection, countOn(connection) + 1);
      return once(() => {
        release();
        onConnection.set(connection, countOn(connection) - 1);
      });
    },
  };
}

const addressOf = ({ remoteAddress = '' }: PeerSocket): string => remoteAddress;
const tooMany = overloaded('streams of health and reflection');
const tooManyOfAddress = overloaded('streams of health and reflection of this address');
const tooManyOnConnection = overloaded('streams of health and reflection on this connection');
