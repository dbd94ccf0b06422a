using Spectre.Console;

namespace LogBroker.AdminCli.Output;

/// <summary>What something means to who reads it: its colour on a terminal.</summary>
internal enum Tone
{
    /// <summary>Nothing of its own.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Something does not work, or is lost.</summary>
    Bad,

    /// <summary>To be found quickly: titles, bars, what to try.</summary>
    Accent,
}

/// <summary>Tones in those of the sixteen colours that a terminal's user can choose.</summary>
internal static class ToneColors
{
    private const int FirstBright = 8;
    private const int FirstBrightSequence = 90;

    /// <summary>For tables.</summary>
    public static Style ToStyle(this Tone tone) => tone == Tone.Plain ? Style.Plain : new Style(Color.FromInt32(FirstBright + Hue(tone)));

    /// <summary>For headers: bold, but where no sequences are wanted at all.</summary>
    public static Style HeaderStyle(this IAnsiConsole console) =>
        console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors ? Style.Plain : new Style(decoration: Decoration.Bold);

    /// <summary>Words between the terminal's own sequences, for a line that is no table.</summary>
    public static string Paint(this Tone tone, string words) => $"\e[{FirstBrightSequence + Hue(tone)}m{words}\e[0m";

    private static int Hue(Tone tone) => tone switch
    {
        Tone.Bad => 1,
        Tone.Good => 2,
        Tone.Warning => 3,
        Tone.Accent => 6,
        _ => 7,
    };
}
