import { half } from './support/half.js';

half('First', 0);
