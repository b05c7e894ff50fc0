import { config } from 'zod';

/*
 * Loaded before any schema is made. zod compiles a function for each shape of object, which pays where one process judges
 * thousands: a command of dpm-prep judges a few, and starts a tenth sooner without. It also keeps `new Function` out.
 */
config({ jitless: true });
