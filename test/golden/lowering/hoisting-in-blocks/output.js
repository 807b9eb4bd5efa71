function pick(flag) {
    if (flag) {
        function helper() { return 'inner'; }say(helper());
        
    }
    else {
        function helper() { return 'other'; }say(helper());
        
    }
}
pick(true);
pick(false);
