function pick(flag) {
    if (flag) {
        var helper = function () { return 'inner'; };
        say(helper());
    }
    else {
        var helper = function () { return 'other'; };
        say(helper());
    }
}
pick(true);
pick(false);
