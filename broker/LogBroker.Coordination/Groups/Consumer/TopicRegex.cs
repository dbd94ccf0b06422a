using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>A regular expression that members subscribe with, in RE2's language; it has to match a topic's whole name.</summary>
/// <remarks>Matched without backtracking: time grows with the length of a name, whatever the expression. What that engine cannot
/// do (look-around, back references) RE2 cannot either.</remarks>
internal sealed class TopicRegex
{
    private readonly Regex _regex;

    private TopicRegex(Regex regex) => _regex = regex;

    /// <returns>False, with the reason, when the expression is not valid.</returns>
    public static bool TryParse(
        string expression, [NotNullWhen(true)] out TopicRegex? regex, [NotNullWhen(false)] out string? reason)
    {
        regex = null;
        reason = null;
        try
        {
            regex = new TopicRegex(new Regex(
                $@"\A(?:{FromRe2(expression)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            return true;
        }
        // The engine refuses what it cannot match without backtracking, and automata that would grow too large.
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            reason = fault.Message;
            return false;
        }
    }

    public ImmutableArray<string> Match(ITopicView topics) =>
        MemberSubscription.Sorted(topics.Names.Where(name => _regex.IsMatch(name)));

    /// <summary>RE2 quotes with \Q..\E and names groups with (?P&lt;name&gt;.</summary>
    private static string FromRe2(string expression)
    {
        if (!expression.Contains(@"\Q", StringComparison.Ordinal) && !expression.Contains("(?P<", StringComparison.Ordinal))
            return expression;
        var text = new StringBuilder();
        for (int i = 0; i < expression.Length; i++)
        {
            var rest = expression.AsSpan(i);
            if (rest.StartsWith(@"\Q"))
            {
                int end = rest.IndexOf(@"\E");
                text.Append(Regex.Escape(rest[2..(end < 0 ? rest.Length : end)].ToString()));
                i += end < 0 ? rest.Length : end + 1;
            }
            else if (rest.StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else
            {
                text.Append(expression[i]);
                if (expression[i] == '\\' && i + 1 < expression.Length) text.Append(expression[++i]);
            }
        }

        return text.ToString();
    }
}
