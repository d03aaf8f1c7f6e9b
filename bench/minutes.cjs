// Lets a minute pass in an exporter, at each SIGUSR2, that nobody has to wait for: it forgets keys by time.
const now = performance.now.bind(performance);
let minutes = 0;
performance.now = () => now() + minutes * 60_000;
process.on('SIGUSR2', () => {
  minutes++;
});
