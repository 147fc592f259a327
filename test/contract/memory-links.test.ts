import { MemoryLinks, MemoryMac } from '../model/memory-links.ts';
import { linksContract, macContract } from './links.contract.ts';

const links = new MemoryLinks();
const mac = new MemoryMac();

macContract('codes in memory', () => mac);
linksContract('links in memory', () => links);
