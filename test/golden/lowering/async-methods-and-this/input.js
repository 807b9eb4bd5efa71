class Worker {
  jobs = ['a', 'b'];
  async run(...more) { const all = []; for (const job of [...this.jobs, ...more]) all.push(await this.one(job)); return all.join(); }
  one = async (job) => job + this.jobs.length;
}
new Worker().run('c').then(say);
new Worker().run().then((text) => say(text));
