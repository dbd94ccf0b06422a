using LogBroker.Coordination.Groups.Topics;

namespace LogBroker.Coordination.Groups.Consumer;

/// <summary>Keeps the topics that a group's regular expressions match.</summary>
internal static class RegexSubscriptions
{
    /// <summary>After a member's subscription changed: forgets the expression it had if nobody else has it, and resolves the one it
    /// has now.</summary>
    /// <returns>Set when the new one is not valid.</returns>
    public static GroupError? Follow(
        ConsumerGroupDraft draft, MemberSubscription before, MemberSubscription after, ITopicView topics, long timestamp)
    {
        if (before.TopicRegex == after.TopicRegex) return null;
        ForgetUnused(draft, [before.TopicRegex]);
        if (after.TopicRegex.Length == 0 || draft.State.Regexes.ContainsKey(after.TopicRegex)) return null;
        if (Check(after.TopicRegex, out var regex) is { } error) return error;
        Write(draft, after.TopicRegex, new ResolvedRegex(regex!.Match(topics), topics.Version, timestamp));
        return null;
    }

    /// <summary>Resolves all expressions anew; what is unchanged leaves no record.</summary>
    public static void Refresh(ConsumerGroupDraft draft, ITopicView topics, long timestamp)
    {
        foreach (var expression in UsedBy(draft.State))
        {
            if (Check(expression, out var regex) is not null) continue;
            var resolved = new ResolvedRegex(regex!.Match(topics), topics.Version, timestamp);
            var before = draft.State.Regexes.GetValueOrDefault(expression);
            if (before is null || !before.Topics.SequenceEqual(resolved.Topics)) Write(draft, expression, resolved);
        }
    }

    /// <summary>Whether a member's new subscription can change who reads what: an expression that nobody had and that matches
    /// nothing does not, and needs no epoch yet.</summary>
    public static bool ChangeTopics(
        ConsumerGroupState earlier, ConsumerGroupState now, MemberSubscription before, MemberSubscription after) =>
        !before.TopicNames.AsSpan().SequenceEqual(after.TopicNames.AsSpan()) ||
        (before.TopicRegex != after.TopicRegex &&
         (earlier.Regexes.ContainsKey(after.TopicRegex) || MatchesAny(earlier, before.TopicRegex) ||
          MatchesAny(now, after.TopicRegex)));

    public static void ForgetUnused(ConsumerGroupDraft draft, IEnumerable<string> expressions)
    {
        var used = UsedBy(draft.State);
        foreach (var expression in expressions.Distinct())
        {
            if (draft.State.Regexes.ContainsKey(expression) && !used.Contains(expression))
                draft.Write(ConsumerGroupRecords.NoRegex(draft.GroupId, expression));
        }
    }

    private static bool MatchesAny(ConsumerGroupState state, string expression) =>
        state.Regexes.TryGetValue(expression, out var resolved) && !resolved.Topics.IsEmpty;

    private static HashSet<string> UsedBy(ConsumerGroupState state) =>
    [
        .. state.Members.Values.Select(member => member.Subscription.TopicRegex).Where(regex => regex.Length > 0),
    ];

    private static void Write(ConsumerGroupDraft draft, string expression, ResolvedRegex resolved) =>
        draft.Write(ConsumerGroupRecords.Regex(draft.GroupId, expression, resolved));

    private static GroupError? Check(string expression, out TopicRegex? regex) =>
        TopicRegex.TryParse(expression, out regex, out var reason)
            ? null
            : new GroupError(
                Protocol.Errors.ErrorCode.InvalidRegularExpression,
                $"SubscribedTopicRegex `{expression}` is not a valid regular expression: {reason}.");
}
