export const words = [new RegExp('a(?=b)'), new RegExp('a', 'y'), RegExp('(?<=a)b', 'g'), new RegExp('[ab]+', 'gi')];
