function run(n) {
    function even(n) { return n === 0 ? 'even' : odd(n - 1); }function odd(n) { return n === 0 ? 'odd' : even(n - 1); }return even(n);
    
    
}
say(run(6), run(7));
