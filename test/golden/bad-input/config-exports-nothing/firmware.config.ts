console.assert(true);
