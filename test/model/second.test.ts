import { half } from './support/half.js';

half('Second', 1);
