const early = Promise.reject(new Error('handled too late'));

setTimeout(() => {
  early.catch(() => console.log('too late'));
}, 1);
