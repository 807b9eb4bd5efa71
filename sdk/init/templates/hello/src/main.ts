/** Counts seconds in the trace buffer, which Linux shows as trace0. */
let seconds = 0;
setInterval(() => {
  seconds++;
  console.log(`up for ${seconds} s`);
}, 1000);

console.log('template-name is up');
