function outer() {
    function inner(n) { return n === 0 ? 'done' : inner(n - 1); }return inner(3);
    
}
say(outer());
