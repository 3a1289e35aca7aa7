namespace VoiceQuality.Service.Cli;

/// <summary>One line on a terminal that is written over, at most four times a second; nothing anywhere else.</summary>
internal sealed class ProgressLine(CliConsole console)
{
    private const long MinIntervalMs = 250;

    private long _shownAtMs = Environment.TickCount64;
    private int _length;

    public void Show(string text)
    {
        var nowMs = Environment.TickCount64;
        if (!console.ErrorIsTerminal || nowMs - _shownAtMs < MinIntervalMs)
        {
            return;
        }

        _shownAtMs = nowMs;
        console.Error.Write($"\r{text.PadRight(_length)}");
        _length = text.Length;
    }

    public void Clear()
    {
        if (_length > 0)
        {
            console.Error.Write($"\r{new string(' ', _length)}\r");
            _length = 0;
        }
    }
}
