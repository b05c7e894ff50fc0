import { keep } from './keeper.js';

keep();
