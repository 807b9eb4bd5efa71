setTimeout(() => {
  Promise.reject(new Error('nobody listens'));
}, 5);
