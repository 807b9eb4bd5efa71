var trail = [];
for (var _i = 0, _a = ['continue', 'throw', 'fall', 'break', 'never']; _i < _a.length; _i++) {
    var how = _a[_i];
    try {
        if (how === 'continue')
            continue;
        if (how === 'break')
            break;
        if (how === 'throw')
            throw how;
        trail.push('body');
    }
    catch (_b) {
        trail.push('caught');
    }
    finally {
        trail.push(how);
    }
}
say(trail.join());
