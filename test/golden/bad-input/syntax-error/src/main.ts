const size = 4;
console.log('size', size;
